/// Tokens that go to a device together: enough to fill it. With more, memory grows and speed does not.
enum TokenLimit {
    /// Of any GPU.
    static let gpu = 131_072
    /// Of a CPU, however many cores it has.
    static let cpu = 32_768
    /// Of one core: on two, batches of 8, 16, 32 and 64 recordings of 10 s (16 kHz, 448 tokens each) took
    /// the same time a recording, through pocl and on the CPU path.
    private static let core = 4096

    /// Of a CPU with this many cores. Progress is counted in batches, and a stop waits for one: few
    /// cores get small ones, which do not take long.
    static func cpu(coreCount: Int) -> Int { min(cpu, core * max(coreCount, 1)) }
}
