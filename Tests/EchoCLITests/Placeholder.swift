// Placeholder of EchoCLITests.
