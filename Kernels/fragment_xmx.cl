// Fragments for Intel: dpas by cl_intel_subgroup_matrix_multiply_accumulate, in sub-groups of 8 or 16.
//
// The hardware computes the transposed product (operands swapped): a lane then has sums of whole rows (of one with 16
// lanes, of two with 8), and sums become the next product's left operand without leaving the lane.
// Requires fragment.cl.

#error "not written yet"
