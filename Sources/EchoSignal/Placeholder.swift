// Placeholder of the room EchoSignal.
