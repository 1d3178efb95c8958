"""Where the embedding of a network is read: at its last hidden layer, before the layer that weighs it into logits."""

from network.description import NetworkDescription


def last_hidden(description: NetworkDescription) -> str:
    """The name of the layer whose output is the embedding.

    From the logits back, it is what the first layer with weights reads; layers that read a single unit are passed over,
    for they only give a binary network its second class.
    """
    nodes = {node.name: node for node in description.nodes}
    node = description.output
    while node.inputs:
        read = nodes[node.inputs[0]]
        if node.parameters > 0 and read.output_shape[-1] > 1:
            return read.name
        node = read
    return node.name
