// Placeholder of EchoStoreTests.
