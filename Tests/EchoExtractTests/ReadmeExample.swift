import EchoExtract

/// Two seconds of a hum, embedded: what the README shows.
func embedAHum() throws -> Features {
    let hum = (0..<32_000).map { Float($0 % 320) / 320 - 0.5 }
    let echo = try Echo(model: .demo, device: "auto")
    let features = try echo.features(signal: hum, sampleRate: 16_000)
    print(echo.deviceName, features.utterance.count, features.segmentShape)
    return features
}
