// Placeholder of EchoSignalTests.
