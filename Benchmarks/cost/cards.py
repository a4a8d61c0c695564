"""Cards by their makers' data sheets: what each can do at most."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Card:
    """One card. Rates are dense, without sparsity; of a card that is two devices, both together."""

    name: str
    maker: str  # nvidia, amd, intel
    gpu: str  # what its compiler calls it, as in the table of .ci/gpu-code
    source: str  # of the rates
    vector_tflops: float  # float32, multiply-adds counted twice
    matrix_tflops: float  # half operands, float32 sums
    tf32_tflops: float  # 0 if the card has none
    memory_gbytes: float  # a second
    units: int  # multiprocessors, compute units, Xe cores
    clock_ghz: float  # at which the matrix rate holds
    local_bytes: int  # local memory gives a unit in a clock
    cache_mbytes: float  # the last cache before memory
    schedulers: int = 4  # of a unit, each with a matrix unit of its own
    # Of one matrix instruction: FLOP, and bytes of weights that every warp reads from local memory
    # for it, where a warp owns 16 rows.
    product_flop: int = 4096  # mma.sync.m16n8k16
    product_bytes: int = 256

    @property
    def product_clocks(self) -> float:
        """Clocks between two matrix instructions of a scheduler, by the data sheet."""
        rate = self.matrix_tflops * 1e12 / (self.units * self.schedulers * self.clock_ghz * 1e9)
        return self.product_flop / rate


NVIDIA = dict(maker="nvidia", local_bytes=128)
# mfma_f32_16x16x16_f16: 8,192 FLOP; wmma the same; dpas.8x8 of 8 and of 16 lanes: 2,048 and 4,096.
AMD = dict(maker="amd", local_bytes=128, product_flop=8192, product_bytes=512)

CARDS = [
    Card(
        "H100 SXM", gpu="sm_90", vector_tflops=66.9, matrix_tflops=989.4, tf32_tflops=494.7,
        memory_gbytes=3350, units=132, clock_ghz=1.83, cache_mbytes=50, **NVIDIA,
        source="NVIDIA H100 Tensor Core GPU Architecture (2022), peak rates of SXM5"),
    Card(
        "A100 SXM 80 GB", gpu="sm_80", vector_tflops=19.5, matrix_tflops=312, tf32_tflops=156,
        memory_gbytes=2039, units=108, clock_ghz=1.41, cache_mbytes=40, **NVIDIA,
        source="NVIDIA A100 Tensor Core GPU data sheet (2021)"),
    Card(
        "RTX 4090", gpu="sm_89", vector_tflops=82.6, matrix_tflops=165.2, tf32_tflops=82.6,
        memory_gbytes=1008, units=128, clock_ghz=2.52, cache_mbytes=72, **NVIDIA,
        source="NVIDIA Ada GPU Architecture (2022), FP16 with FP32 accumulate"),
    Card(
        "RTX 5090", gpu="sm_120", vector_tflops=104.8, matrix_tflops=209.5, tf32_tflops=104.8,
        memory_gbytes=1792, units=170, clock_ghz=2.41, cache_mbytes=96, **NVIDIA,
        source="NVIDIA RTX Blackwell GPU Architecture (2025), FP16 with FP32 accumulate"),
    Card(
        "MI300X", gpu="gfx942", vector_tflops=163.4, matrix_tflops=1307.4, tf32_tflops=653.7,
        memory_gbytes=5300, units=304, clock_ghz=2.1, cache_mbytes=256, **AMD,
        source="AMD Instinct MI300X data sheet (2023)"),
    Card(
        "MI250X", gpu="gfx90a", vector_tflops=95.7, matrix_tflops=383, tf32_tflops=0,
        memory_gbytes=3277, units=220, clock_ghz=1.7, cache_mbytes=16, **AMD,
        source="AMD Instinct MI250X data sheet (2021), both dies; vectors by packed FP32"),
    Card(
        "RX 7900 XTX", gpu="gfx1100", vector_tflops=61.4, matrix_tflops=122.8, tf32_tflops=0,
        memory_gbytes=960, units=96, clock_ghz=2.5, cache_mbytes=96, schedulers=2, **AMD,
        source="AMD Radeon RX 7900 XTX product page (2022); vectors by dual issue"),
    Card(
        "Arc A770", maker="intel", gpu="dg2", vector_tflops=17.2, matrix_tflops=137.6,
        tf32_tflops=0, memory_gbytes=560, units=32, clock_ghz=2.1, local_bytes=128,
        cache_mbytes=16, schedulers=16, product_flop=2048, product_bytes=128,
        source="Intel Arc A770 product specifications (2022): 512 XMX engines, 128 FLOP a clock "
               "each, 2.1 GHz"),
    Card(
        "Max 1550", maker="intel", gpu="pvc", vector_tflops=52.4, matrix_tflops=839,
        tf32_tflops=419, memory_gbytes=3277, units=128, clock_ghz=1.6, local_bytes=256,
        cache_mbytes=408, schedulers=8, product_flop=4096, product_bytes=256,
        source="Intel Data Center GPU Max 1550 product brief (2023), both tiles"),
]
