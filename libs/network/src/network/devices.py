"""The devices that TensorFlow computes on."""

import tensorflow as tf


def gpu_memory() -> dict[str, tuple[int, int]]:
    """Bytes that TensorFlow holds on each GPU, now and at most so far; nothing where there is none."""
    found: dict[str, tuple[int, int]] = {}
    for device in tf.config.list_logical_devices("GPU"):
        memory = tf.config.experimental.get_memory_info(device.name)
        found[device.name] = int(memory["current"]), int(memory["peak"])
    return found
