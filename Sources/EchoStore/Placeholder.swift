// Placeholder of the room EchoStore.
