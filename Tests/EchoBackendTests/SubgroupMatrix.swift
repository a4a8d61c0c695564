/// `intel_sub_group_f16_f16_matrix_mad_k16` in OpenCL C, as the text of
/// `cl_intel_subgroup_matrix_multiply_accumulate` defines such functions: component m of the first operand
/// and of the sums is row m; a lane has a pair of a row's k (of 8 lanes) or one of them (of 16), a whole column
/// of the second operand, as pairs of k, and that column's sums. In place of the instruction, on a device that has
/// sub-groups and no matrix unit.
let subgroupMatrixDefinition = """
    #pragma OPENCL EXTENSION cl_khr_fp16 : enable
    #pragma OPENCL EXTENSION cl_intel_subgroups : enable
    #ifdef UNIT_XMX16
    typedef short8 rows_t;
    int pair_of(short x, int pair) {
        const int low = intel_sub_group_shuffle((int)x, 2 * pair);
        const int high = intel_sub_group_shuffle((int)x, 2 * pair + 1);
        return (low & 0xffff) | (high << 16);
    }
    #else
    typedef int8 rows_t;
    int pair_of(int x, int pair) { return intel_sub_group_shuffle(x, pair); }
    #endif
    float add_product(int a, int b, float sum) {
        const half2 x = as_half2(a), y = as_half2(b);
        return (float)x.x * (float)y.x + (float)x.y * (float)y.y + sum;
    }
    #define ADD(i) sum = add_product(pair_of(row, i), columns.s##i, sum);
    #define DOT(m) { row = a.s##m; sum = sums.s##m; \\
        ADD(0) ADD(1) ADD(2) ADD(3) ADD(4) ADD(5) ADD(6) ADD(7) \\
        sums.s##m = sum; }
    float8 intel_sub_group_f16_f16_matrix_mad_k16(rows_t a, int8 columns, float8 sums) {
        int row;
        float sum;
        DOT(0) DOT(1) DOT(2) DOT(3) DOT(4) DOT(5) DOT(6) DOT(7)
        return sums;
    }

    """
