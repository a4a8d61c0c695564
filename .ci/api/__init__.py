"""What EchoExtract makes public: whether it is documented, and whether a stranger's package has a use for it."""
