// Placeholder of EchoGraphTests.
