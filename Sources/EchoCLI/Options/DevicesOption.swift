import ArgumentParser

/// What to run it on, if several devices can share the work.
struct DevicesOption: ParsableArguments {
    @Option(
        name: .customLong("device"),
        help: ArgumentHelp(
            "auto, cpu, gpu, all, a number, PLATFORM:DEVICE or part of a name; may be repeated.",
            discussion: """
                'auto' takes the best OpenCL device, or the CPU path if there is none, and says \
                which; it is the default. 0 is the first device that 'echo-gpu devices' lists, 1 \
                the second; 0:0 is what stands in its first column. A device that is asked for and \
                is not there is an error.

                Several devices share the recordings, a batch at a time, and the summary says what \
                each did. Devices of one kind, driver and tiling give the same bits. Others differ \
                by rounding, and the manifests say which computed what. 'all' takes every GPU; if \
                there is none, every accelerator and CPU. A device that two platforms list is \
                taken twice: name the devices instead then.

                A device that runs out of memory gets smaller batches. A device that is lost is \
                opened again once. Then 'auto' goes on with the CPU path, and any other choice \
                stops the run.

                  --device 0:0 --device 1:0
                """,
            valueName: "device"))
    var names: [String] = ["auto"]
}
