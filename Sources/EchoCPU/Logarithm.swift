import COneDNN

/// Replaces `count` positive values by their natural logarithms.
func logarithms(of values: UnsafeMutablePointer<Float>, _ count: Int) {
    let (layout, primitive) = compiled.value(for: count) {
        let layout = Layout([count], dnnl_a)
        var (description, logarithm) = (layout.description, dnnl_eltwise_desc_t())
        check(
            dnnl_eltwise_forward_desc_init(
                &logarithm, dnnl_forward_inference, dnnl_eltwise_log, &description, 0, 0))
        return (layout, Primitive(logarithm))
    }
    primitive.run([
        (DNNL_ARG_SRC_0, layout, UnsafeRawPointer(values)),
        (DNNL_ARG_DST_0, layout, UnsafeRawPointer(values)),
    ])
}

private let compiled = Compiled<Int, (Layout, Primitive)>()
