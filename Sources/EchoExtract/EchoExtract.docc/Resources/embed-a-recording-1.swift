import EchoExtract

let echo = try Echo(model: .demo)
print("on", echo.deviceName)
