"""The quality of the classifier on labelled texts: measures, floors and our own sentences."""
