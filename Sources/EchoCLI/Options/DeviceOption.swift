import ArgumentParser

/// What to run it on.
struct DeviceOption: ParsableArguments {
    @Option(
        name: .customLong("device"),
        help: ArgumentHelp(
            "auto, cpu, gpu, PLATFORM:DEVICE or part of a device's name.",
            discussion: """
                'auto' takes the best OpenCL device, or the CPU path where there is none, and says \
                which. Numbers are those of 'echo-gpu devices'. A device that is asked for and is not \
                there is an error.
                """,
            valueName: "device"))
    var name = "auto"
}
