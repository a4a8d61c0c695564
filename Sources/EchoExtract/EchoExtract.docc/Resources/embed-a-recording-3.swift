import EchoExtract

let echo = try Echo(model: .demo)
print("on", echo.deviceName)

let path = CommandLine.arguments[1]
let features = try echo.features(recording: path)
print("the whole recording:", features.utterance.count, "numbers")

let bandWidth = echo.configuration.embeddingWidth
for band in 0..<features.bandCount {
    let values = features.utterance[band * bandWidth..<(band + 1) * bandWidth]
    print("band \(band) begins with", values.prefix(3))
}
