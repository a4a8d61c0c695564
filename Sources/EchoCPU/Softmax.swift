import COneDNN

/// Replaces each row `x` of scores `[rows, columns]` by `exp(x - max(x))`, divided by its sum.
func softmax(_ scores: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    let (layout, primitive) = softmaxes.value(for: [rows, columns]) {
        let layout = Layout([rows, columns], dnnl_ab)
        var (description, softmax) = (layout.description, dnnl_softmax_desc_t())
        check(dnnl_softmax_forward_desc_init(&softmax, dnnl_forward_inference, &description, 1))
        return (layout, Primitive(softmax))
    }
    primitive.run([
        (DNNL_ARG_SRC_0, layout, UnsafeRawPointer(scores)),
        (DNNL_ARG_DST_0, layout, UnsafeRawPointer(scores)),
    ])
}

private let softmaxes = Compiled<[Int], (Layout, Primitive)>()
