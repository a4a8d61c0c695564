// Placeholder of the room EchoModel.
