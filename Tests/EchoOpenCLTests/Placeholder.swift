// Placeholder of EchoOpenCLTests.
