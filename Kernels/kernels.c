#include "include/kernels.h"

// The sources as text, for the device's compiler. A file that changes rebuilds this one.
static const char common[] = {
#embed "common.cl"
    , 0};
static const char product[] = {
#embed "product.cl"
    , 0};
static const char product_group[] = {
#embed "product_group.cl"
    , 0};
static const char attend[] = {
#embed "attend.cl"
    , 0};
static const char attend_group[] = {
#embed "attend_group.cl"
    , 0};
static const char normalise[] = {
#embed "normalise.cl"
    , 0};
static const char slots[] = {
#embed "slots.cl"
    , 0};
static const char fft[] = {
#embed "fft.cl"
    , 0};
static const char butterfly[] = {
#embed "butterfly.cl"
    , 0};
static const char fft_group[] = {
#embed "fft_group.cl"
    , 0};
static const char pcm[] = {
#embed "pcm.cl"
    , 0};
static const char stft[] = {
#embed "stft.cl"
    , 0};
static const char patch_embed[] = {
#embed "patch_embed.cl"
    , 0};
static const char matmul[] = {
#embed "matmul.cl"
    , 0};
static const char matmul_norm[] = {
#embed "matmul_norm.cl"
    , 0};
static const char attend_matrix[] = {
#embed "attend_matrix.cl"
    , 0};
static const char attention[] = {
#embed "attention.cl"
    , 0};
static const char attention_pool[] = {
#embed "attention_pool.cl"
    , 0};
static const char layer_norm[] = {
#embed "layer_norm.cl"
    , 0};
static const char encoder_layer[] = {
#embed "encoder_layer.cl"
    , 0};
static const char fragment[] = {
#embed "fragment.cl"
    , 0};
static const char fragment_rows[] = {
#embed "fragment_rows.cl"
    , 0};
static const char product_matrix[] = {
#embed "product_matrix.cl"
    , 0};
static const char normalise_matrix[] = {
#embed "normalise_matrix.cl"
    , 0};
static const char mlp[] = {
#embed "mlp.cl"
    , 0};
static const char fragment_nvidia[] = {
#embed "fragment_nvidia.cl"
    , 0};
static const char fragment_cdna[] = {
#embed "fragment_cdna.cl"
    , 0};
static const char fragment_rdna[] = {
#embed "fragment_rdna.cl"
    , 0};
static const char fragment_xmx[] = {
#embed "fragment_xmx.cl"
    , 0};
static const char fragment_emulated[] = {
#embed "fragment_emulated.cl"
    , 0};
static const char probe[] = {
#embed "probe.cl"
    , 0};
static const char stream[] = {
#embed "stream.cl"
    , 0};
static const char attend_fragments[] = {
#embed "attend_fragments.cl"
    , 0};
static const char gelu_half[] = {
#embed "gelu_half.cl"
    , 0};
static const char encoder_stack[] = {
#embed "encoder_stack.cl"
    , 0};
static const char roofline[] = {
#embed "roofline.cl"
    , 0};
static const char convert[] = {
#embed "convert.cl"
    , 0};
static const char gather[] = {
#embed "gather.cl"
    , 0};
static const char top_k[] = {
#embed "top_k.cl"
    , 0};

static const struct echo_kernel_source sources[] = {
    {"common", common},
    {"product", product},
    {"product_group", product_group},
    {"attend", attend},
    {"attend_group", attend_group},
    {"attend_matrix", attend_matrix},
    {"normalise", normalise},
    {"slots", slots},
    {"fft", fft},
    {"butterfly", butterfly},
    {"fft_group", fft_group},
    {"pcm", pcm},
    {"stft", stft},
    {"patch_embed", patch_embed},
    {"matmul", matmul},
    {"matmul_norm", matmul_norm},
    {"attention", attention},
    {"attention_pool", attention_pool},
    {"layer_norm", layer_norm},
    {"encoder_layer", encoder_layer},
    {"convert", convert},
    {"gather", gather},
    {"top_k", top_k},
    {"roofline", roofline},
    {"fragment", fragment},
    {"fragment_rows", fragment_rows},
    {"product_matrix", product_matrix},
    {"normalise_matrix", normalise_matrix},
    {"mlp", mlp},
    {"fragment_nvidia", fragment_nvidia},
    {"fragment_cdna", fragment_cdna},
    {"fragment_rdna", fragment_rdna},
    {"fragment_xmx", fragment_xmx},
    {"fragment_emulated", fragment_emulated},
    {"probe", probe},
    {"stream", stream},
    {"attend_fragments", attend_fragments},
    {"gelu_half", gelu_half},
    {"encoder_stack", encoder_stack},
};

const struct echo_kernel_source *echo_kernel_sources(int *count) {
    *count = sizeof sources / sizeof sources[0];
    return sources;
}
