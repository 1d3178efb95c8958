"""Layer-wise relevance propagation: each method is a composite of rules."""
