import EchoExtract

let echo = try Echo(model: .demo)
print("on", echo.deviceName)

let path = CommandLine.arguments[1]
let features = try echo.features(recording: path)
print("the whole recording:", features.utterance.count, "numbers")
