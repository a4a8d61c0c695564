// Placeholder of EchoTestSupport.
