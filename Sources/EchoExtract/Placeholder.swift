// Placeholder of the room EchoExtract.
