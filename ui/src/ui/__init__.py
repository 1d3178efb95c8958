"""The pages of iNNvestigate Hub."""
