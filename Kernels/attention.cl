// attention: output = softmax(q k^T / sqrt(HEAD_WIDTH)) v, per sequence and head
//
// qkv [tokens, 3 * head_count * HEAD_WIDTH]: a row holds all q, all k, all v, heads side by side;
// offsets [sequences + 1]: first row of each sequence; output [tokens, head_count * HEAD_WIDTH].
// Requires common.cl and attend.cl (SIMD), attend_group.cl (SIMT), or fragments and attend_matrix.cl (MATRIX);
// HEAD_WIDTH a multiple of VECTOR, of 4, or of 16.

#ifdef FAMILY_SIMD
// For CPU devices: one work-item a work-group takes a sequence and a head.
// Global size: heads, sequences. Local memory: keys, transposed [HEAD_WIDTH][pitch];
// scores [SCORE_ROWS][pitch]; pitch = longest sequence rounded up to SCORE_COLUMNS.
__kernel void attention_simd_f32(
    __global const float *restrict qkv, __global const int *restrict offsets,
    __global float *restrict output, __local float *restrict keys, __local float *restrict scores,
    int head_count, float scale) {
    const int head = get_global_id(0);
    const int first = offsets[get_global_id(1)];
    const int count = offsets[get_global_id(1) + 1] - first;
    const int width = head_count * HEAD_WIDTH;
    __global const float *query = qkv + (size_t)first * 3 * width + head * HEAD_WIDTH;
    attend(
        query, query + width, query + 2 * width, 3 * width, count, scale, keys, scores,
        output + (size_t)first * width + head * HEAD_WIDTH, width);
}
#elif defined(FAMILY_MATRIX)
// For matrix units: a work-group takes WARPS x 16 queries of a sequence and a head, and MIX_TILES x 16 columns of the
// output. qkv and output are halves, or with SPLIT floats; scale is 1 / sqrt(HEAD_WIDTH) in units of log2(e).
// Global size: heads x HEAD_TILES / MIX_TILES x LANES; blocks of the longest sequence x WARPS; sequences.
#ifdef SPLIT
#define ATTENTION attention_matrix_f32
#else
#define ATTENTION attention_matrix_f16
#endif
__kernel SUB_GROUP __attribute__((reqd_work_group_size(LANES, WARPS, 1)))
void ATTENTION(
    __global const ELEMENT *restrict qkv, __global const int *restrict offsets,
    __global ELEMENT *restrict output, int head_count, float scale EXCHANGE_ARGUMENT) {
    __local block_memory memory;
    const int head = get_group_id(0) / (HEAD_TILES / MIX_TILES);
    const int columns = get_group_id(0) % (HEAD_TILES / MIX_TILES) * MIX_TILES * 16;
    const int block = get_group_id(1) * WARPS * 16;
    const int first = offsets[get_group_id(2)];
    const int count = offsets[get_group_id(2) + 1] - first;
    const int width = head_count * HEAD_WIDTH;
    __global const ELEMENT *query = qkv + (size_t)first * 3 * width + head * HEAD_WIDTH;
    if (block < count) {
        attend_matrix(
            query, query + width, query + 2 * width + columns, 3 * width, block + WARP * 16, count, scale, &memory,
            output + (size_t)first * width + head * HEAD_WIDTH + columns, width EXCHANGE);
    }
}
#else
// For GPUs: a work-group takes a block of QUERY_BLOCK queries of a sequence and a head: all of them
// where the sequence is no longer than that.
// Global size: heads x LANES; blocks of the longest sequence x QUERY_BLOCK / ITEM_QUERIES; sequences.
// Local memory: group_memory; scores [QUERY_BLOCK][pitch], as attend_group.cl says.
__kernel __attribute__((reqd_work_group_size(LANES, QUERY_BLOCK / ITEM_QUERIES, 1)))
void attention_simt_f32(
    __global const STORED *restrict qkv, __global const int *restrict offsets,
    __global STORED *restrict output, __local float4 *scores, int pitch, int head_count,
    float scale) {
    __local group_memory memory;
    const int head = get_group_id(0);
    const int block = get_group_id(1) * QUERY_BLOCK;
    const int first = offsets[get_group_id(2)];
    const int count = offsets[get_group_id(2) + 1] - first;
    const int width = head_count * HEAD_WIDTH;
    __global const STORED *query = qkv + (size_t)first * 3 * width + head * HEAD_WIDTH;
    if (block < count) {
        attend_group(
            query, query + width, query + 2 * width, 3 * width, block, count, scale, &memory,
            scores, pitch, output + (size_t)first * width + head * HEAD_WIDTH, width);
    }
}
#endif
