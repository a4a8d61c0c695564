// Placeholder of the room EchoCPU.
