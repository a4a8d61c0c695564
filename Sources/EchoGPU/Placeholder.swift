// Placeholder of the room EchoGPU.
