import ArgumentParser

/// What to run it on, where several devices can share the work.
struct DevicesOption: ParsableArguments {
    @Option(
        name: .customLong("device"),
        help: ArgumentHelp(
            "auto, cpu, gpu, all, a number, PLATFORM:DEVICE or part of a name; may be repeated.",
            discussion: """
                'auto' takes the best OpenCL device, or the CPU path where there is none, and says \
                which; it is the default. 0 is the first device that 'echo-gpu devices' lists, 1 the \
                second; 0:0 is what stands in its first column. A device that is asked for and is not \
                there is an error.

                Several devices share the recordings, a batch each at a time, and the summary says \
                what each did. Devices of one kind, driver and tiling give the same bits; between \
                others embeddings differ by rounding, and the manifests say which computed what. \
                'all' takes every GPU, and where there is none every accelerator and CPU: one that \
                two platforms list is taken twice, so name the devices instead where that is so.

                A device that runs out of memory gets smaller batches. One that is lost is opened \
                again once; then 'auto' goes on with the CPU path, and any other stops the run.

                  --device 0:0 --device 1:0
                """,
            valueName: "device"))
    var names: [String] = ["auto"]
}
