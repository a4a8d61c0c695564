// Placeholder of EchoBackendTests.
