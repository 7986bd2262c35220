"""The portal: the web pages of the platform, their files, and the documents of its APIs."""
