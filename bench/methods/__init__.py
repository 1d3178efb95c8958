"""What each explanation method costs, beside Xplique, tf-keras-vis and innvestigate: `make bench-methods`.

The cost of a method is told in forward passes of the same network, which are measured in between. Methods that ask the
network once or a few times are held against passes of one picture, in whole; those that ask it many times (a step, a
sample, a mask) against passes of `BATCH` pictures, per picture asked for. Each measurement has a process of its own:

* `networks` builds the networks, `native_process`, `xplique_process`, `tf_keras_vis_process` and
  `innvestigate_process` each measure one method of one library on one of them, by `measuring`;
* `environments` installs the libraries that the product does not have, `comparison` says what they have;
* `asking` is how runner and processes speak, `running` the order of things, `table` and `aims` the outcome.
"""
