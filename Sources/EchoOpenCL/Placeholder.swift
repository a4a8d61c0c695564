// Placeholder of the room EchoOpenCL.
