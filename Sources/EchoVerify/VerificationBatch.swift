import EchoGraph
import EchoModel
import EchoTensor

/// Three segments of noise, at three sample rates: one, a few and 125 patches long, or as many as the model has places
/// for.
struct VerificationBatch {
    let graph: Graph
    let inputs: [String: HostTensor]

    init(_ weights: Weights, wantsRows: Bool) throws(GraphError) {
        let longest = 16 * (weights.configuration.positionCount - 1)
        let layout = BatchLayout([
            .init(sampleRate: 16000, windowLength: 400, hop: 160, frameCount: min(5, longest)),
            .init(sampleRate: 44100, windowLength: 1102, hop: 441, frameCount: min(70, longest)),
            .init(sampleRate: 2000, windowLength: 50, hop: 20, frameCount: min(2000, longest)),
        ])
        let encoder = Encoder(weights)
        var values = SeededValues(7)
        var inputs = encoder.inputs(for: layout)
        inputs["samples"] = values.tensor([layout.sampleCount], scale: 0.3)
        self.inputs = inputs
        // Nodes stand alone later, and then nothing else tells the bounds of what they read.
        var constants = ConstantBounds()
        graph = try encoder.graph(for: layout, wantsRows: wantsRows).boundingInputs(&constants)
    }
}
