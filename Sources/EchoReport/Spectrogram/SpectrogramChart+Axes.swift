import EchoFormats

/// Axes and the bar of colours.
extension SpectrogramChart {
    /// The least distance of labels of one axis, in pixels: along a line of text, and from line to line.
    private func room(_ layout: ChartLayout) -> (along: Int, across: Int) {
        (9 * layout.glyph.width, 3 * layout.glyph.height)
    }

    func drawTime(_ layout: ChartLayout, _ picture: inout Picture) {
        let (box, axis) = (layout.plot, grid.seconds)
        frame(box, &picture)
        let ticks = AxisTicks(in: axis, atMost: box.x.count / room(layout).along + 1)
        let labels = box.y.upperBound + scale + layout.tick + layout.gap / 2
        for (value, label) in zip(ticks.values, ticks.labels) {
            let x = place(value, on: axis, box.x)
            let y = box.y.upperBound + scale
            picture.fill(x: x..<x + scale, y: y..<y + layout.tick, with: ink)
            let width = Picture.textWidth(label, scale: scale)
            picture.draw(label, x: x - width / 2, y: labels, in: ink, scale: scale)
        }
        let title = "Time (s)"
        let x = box.x.lowerBound + (box.x.count - Picture.textWidth(title, scale: scale)) / 2
        let y = labels + layout.glyph.height + layout.gap / 2
        picture.draw(title, x: x, y: y, in: ink, scale: scale)
    }

    func drawFrequency(_ layout: ChartLayout, _ picture: inout Picture) {
        let (box, axis) = (layout.plot, grid.hertz)
        let isKilohertz = axis.upperBound >= 2000
        let ticks = AxisTicks(
            in: axis, unit: isKilohertz ? 1000 : 1,
            atMost: box.y.count / room(layout).across + 1)
        let x = box.x.lowerBound - scale
        for (value, label) in zip(ticks.values, ticks.labels) {
            let y = place(axis.upperBound - value, on: 0...axis.upperBound, box.y)
            picture.fill(x: x - layout.tick..<x, y: y..<y + scale, with: ink)
            let width = Picture.textWidth(label, scale: scale)
            picture.draw(
                label, x: x - layout.tick - layout.gap / 2 - width,
                y: y - layout.glyph.height / 2, in: ink, scale: scale)
        }
        let unit = isKilohertz ? "kHz" : "Hz"
        drawTitle(["Frequency (\(unit))", unit], x: layout.gap, beside: box.y, &picture)
    }

    func drawLevels(_ layout: ChartLayout, _ picture: inout Picture) {
        let (box, axis) = (layout.bar, range)
        frame(box, &picture)
        for y in box.y {
            let share = Double(box.y.upperBound - 1 - y) / Double(max(1, box.y.count - 1))
            picture.fill(x: box.x, y: y..<y + 1, with: ColourMap.colour(share))
        }
        let ticks = AxisTicks(in: axis, atMost: box.y.count / room(layout).across + 1)
        let x = box.x.upperBound + scale
        for (value, label) in zip(ticks.values, ticks.labels) {
            let y = place(axis.lowerBound + axis.upperBound - value, on: axis, box.y)
            picture.fill(x: x..<x + layout.tick, y: y..<y + scale, with: ink)
            picture.draw(
                label, x: x + layout.tick + layout.gap / 2, y: y - layout.glyph.height / 2,
                in: ink, scale: scale)
        }
        drawTitle(
            ["Level (\(SpectrogramLevel.reference))", SpectrogramLevel.reference, "dB"],
            x: picture.width - layout.gap - layout.glyph.height, beside: box.y, &picture)
    }

    /// The pixel of a value: on the frame where it lies at an end of the axis.
    private func place(_ value: Double, on axis: ClosedRange<Double>, _ pixels: Range<Int>) -> Int {
        let share = (value - axis.lowerBound) / (axis.upperBound - axis.lowerBound)
        let place = Int((share * Double(pixels.count)).rounded())
        return pixels.lowerBound + min(max(place, 0), pixels.count)
    }

    /// A title that runs upwards in the middle of an axis: the first of these that has room.
    private func drawTitle(
        _ titles: [String], x: Int, beside axis: Range<Int>, _ picture: inout Picture
    ) {
        let title =
            titles.first { Picture.textWidth($0, scale: scale) <= picture.height - 2 * scale }
            ?? titles[titles.count - 1]
        let length = Picture.textWidth(title, scale: scale)
        let middle = (axis.lowerBound + axis.upperBound) / 2
        let lower = min(max(middle + length / 2, length), picture.height - 1)
        picture.draw(title, x: x, y: lower, in: ink, scale: scale, direction: .up)
    }

    private func frame(_ box: ChartLayout.Box, _ picture: inout Picture) {
        let (x, y) = (box.x, box.y)
        let outer = x.lowerBound - scale..<x.upperBound + scale
        picture.fill(x: outer, y: y.lowerBound - scale..<y.lowerBound, with: ink)
        picture.fill(x: outer, y: y.upperBound..<y.upperBound + scale, with: ink)
        picture.fill(x: x.lowerBound - scale..<x.lowerBound, y: y, with: ink)
        picture.fill(x: x.upperBound..<x.upperBound + scale, y: y, with: ink)
    }
}
