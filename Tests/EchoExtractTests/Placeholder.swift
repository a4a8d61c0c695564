// Placeholder of EchoExtractTests.
