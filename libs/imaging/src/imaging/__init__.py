"""Pictures and data sets, without TensorFlow, network or store: on bytes, file objects and arrays alone.

A sample's way through the house, module by module:

* `decode`: bytes of a file, as hostile as they come, to an upright RGB picture;
* `shards`: original files in tar files with an index, so that a run streams and one sample is one range read;
* `preprocessing`: a picture to the input of a network, as the model's `Preprocessing` says;
* `geometry`: where in the picture that input lies, so that maps of networks with different crops line up;
* `arrays`: arrays to and from the bytes in which they are stored;
* `colormaps` and `heatmap`: relevance to colours, and colours over the picture;
* `feature_maps`: what units inside a network answer, tile beside tile;
* `encode`: pictures to the bytes that a browser shows.

Conventions: a *picture* is a `PIL.Image.Image` in mode RGB. A *size* is (width, height) in pixels, as in Pillow;
an *array* is (height, width[, channels]), as in NumPy. Pixel n covers the interval n..n+1, so that its centre is
n + 0.5. Every failure that a person can act on is a `domain.errors.HubError`.
"""
