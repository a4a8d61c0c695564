// Softmax attention of one head for the 16 queries of a warp, on fragments: scores stay in registers, and the softmax
// weights become the left operands of the product with the values.
//
// keys, values: tiles in local memory, HEAD_TILES for each 16 tokens of a sequence. A tile of keys has 16 of the head's
// columns as k and 16 tokens as columns; one of values 16 tokens as k and 16 of the head's columns.
//
// A sequence has up to KEY_TILES tiles of tokens. If it has fewer, its last tile is read again in place of the missing
// ones, so that no tile of another sequence is read. The scores of these copies are masked, which adds zeros to the
// sums. So the result depends neither on KEY_TILES nor on the place of the sequence.
// Requires common.cl, fragment.cl, the unit's file, stream.cl. Options:

#ifndef KEY_TILES
#define KEY_TILES 4  // of 16 tokens: the longest sequence's
#endif
#ifndef HEAD_TILES
#define HEAD_TILES 4  // of 16 columns: a head's
#endif

// What a lane has of a left operand, as its part of the right operand that is the transposed tile; if there is none,
// as on Intel's units, other lanes have it.
#if defined(UNIT_NVIDIA)
#define TRANSPOSED(left) ((left).xzyw)
#elif defined(UNIT_CDNA) || defined(UNIT_RDNA3) || defined(UNIT_RDNA4)
#define TRANSPOSED(left) (left)
#endif

// Stores sums, 16 tokens (rows) x 16 of the head's columns, as a tile of keys.
INLINED void store_keys(__local ushort *tile, const sums_t *sums EXCHANGE_ARGUMENT) {
#ifdef TRANSPOSED
    ((__local right_t *)tile)[RIGHT_LANE] = TRANSPOSED(left_of(sums EXCHANGE));
#else
UNROLL
    for (int i = 0; i < SUMS; i++) tile[RIGHT_PLACE(SUM_COLUMN(i), SUM_ROW(i))] = half_bits(sums->v[i]);
#endif
}

// Stores sums as a tile of values. On NVIDIA single halves would fall into the same banks by fours; there is an
// instruction for 8 x 8 of them.
#if defined(UNIT_NVIDIA) && !defined(EMULATED) && !defined(PLAIN_COPIES)
INLINED uint transposed_8x8(uint pair) {
    uint across;
    __asm__ volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(across) : "r"(pair));
    return across;
}
INLINED void store_values(__local ushort *tile, const sums_t *sums) {
    const left_t rows = left_of(sums);
    ((__local right_t *)tile)[LANE] = (right_t)(
        transposed_8x8(rows.x), transposed_8x8(rows.y), transposed_8x8(rows.z), transposed_8x8(rows.w));
}
#else
INLINED void store_values(__local ushort *tile, const sums_t *sums) {
UNROLL
    for (int i = 0; i < SUMS; i++) tile[RIGHT_PLACE(SUM_ROW(i), SUM_COLUMN(i))] = half_bits(sums->v[i]);
}
#endif

// scores = query x keys, and the largest of each of the lane's rows; those of keys beyond `count` are -INFINITY.
INLINED void score_keys(
    const left_t query[HEAD_TILES], __local const ushort *keys, int count, sums_t scores[KEY_TILES],
    float largest[SLOTS] EXCHANGE_ARGUMENT) {
    const int last = (count - 1) / 16;
    for (int s = 0; s < SLOTS; s++) largest[s] = -INFINITY;
    clear(scores, KEY_TILES);
UNROLL
    for (int key = 0; key < KEY_TILES; key++) {
        const int tile = min(key, last) * HEAD_TILES;
UNROLL
        for (int t = 0; t < HEAD_TILES; t++) multiply(&scores[key], query[t], right_at(keys, tile + t) EXCHANGE);
UNROLL
        for (int i = 0; i < SUMS; i++) {
            scores[key].v[i] = key * 16 + SUM_COLUMN(i) < count ? scores[key].v[i] : -INFINITY;
            largest[SUM_SLOT(i)] = fmax(largest[SUM_SLOT(i)], scores[key].v[i]);
        }
    }
    for (int s = 0; s < SLOTS; s++) largest[s] = across(largest[s], true EXCHANGE);
}

// mixed = softmax(scale x query x keys) x values, rounded to half. scale: in units of log2(e), since the softmax is in
// powers of two. count: tokens of the sequence, at least 1.
INLINED void attend_head(
    const left_t query[HEAD_TILES], __local const ushort *keys, __local const ushort *values, int count, float scale,
    left_t mixed[HEAD_TILES] EXCHANGE_ARGUMENT) {
    const int last = (count - 1) / 16;
    sums_t scores[KEY_TILES], mix[HEAD_TILES];
    float largest[SLOTS], total[SLOTS];
    score_keys(query, keys, count, scores, largest EXCHANGE);
    for (int s = 0; s < SLOTS; s++) {
        largest[s] *= scale;
        total[s] = 0.0f;
    }
    clear(mix, HEAD_TILES);
UNROLL
    for (int key = 0; key < KEY_TILES; key++) {
        const int tile = min(key, last) * HEAD_TILES;
UNROLL
        for (int i = 0; i < SUMS; i++) {
            scores[key].v[i] = exp2_of(fma(scores[key].v[i], scale, -largest[SUM_SLOT(i)]));
            total[SUM_SLOT(i)] += scores[key].v[i];
        }
        const left_t weight = left_of(&scores[key] EXCHANGE);
UNROLL
        for (int t = 0; t < HEAD_TILES; t++) multiply(&mix[t], weight, right_at(values, tile + t) EXCHANGE);
    }
    for (int s = 0; s < SLOTS; s++) total[s] = 1.0f / across(total[s], false EXCHANGE);
UNROLL
    for (int t = 0; t < HEAD_TILES; t++) {
UNROLL
        for (int i = 0; i < SUMS; i++) mix[t].v[i] *= total[SUM_SLOT(i)];
        mixed[t] = left_of(&mix[t] EXCHANGE);
    }
}
