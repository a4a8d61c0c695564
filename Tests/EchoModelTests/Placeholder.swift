// Placeholder of EchoModelTests.
