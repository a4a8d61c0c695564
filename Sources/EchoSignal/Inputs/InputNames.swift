import EchoFormats

/// Which input of an ``InputList`` has a name: 8 bytes for each, compared byte by byte.
package struct InputNames {
    private struct Slot {
        /// One more than the input's place; 0 if the slot is free.
        var input: UInt32 = 0
        /// A part of the name's hash: most names that differ are told apart by it.
        var mark: UInt32 = 0
    }

    private var slots: [Slot]

    /// - Parameter capacity: Names that there will be at most.
    package init(capacity: Int) {
        var count = 16
        while count < capacity + capacity / 2 { count *= 2 }
        slots = Array(repeating: Slot(), count: count)
    }

    /// Adds the name of the input at `index`.
    ///
    /// - Returns: The place of the one that has this name already, which stays; nil if there is none.
    package mutating func insert(_ index: Int, of inputs: InputList) -> Int? {
        inputs.withTexts(of: index) { _, name in
            let hash = Self.hash(name)
            let mark = UInt32(truncatingIfNeeded: hash >> 32)
            var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[place].input > 0 {
                let other = Int(slots[place].input) - 1
                if slots[place].mark == mark, inputs.hasName(name, at: other) { return other }
                place = (place + 1) & (slots.count - 1)
            }
            slots[place] = Slot(input: UInt32(index + 1), mark: mark)
            return nil
        }
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt {
        var hasher = Hasher()
        hasher.combine(bytes: name)
        return UInt(bitPattern: hasher.finalize())
    }
}

extension InputList {
    fileprivate func hasName(_ name: UnsafeRawBufferPointer, at index: Int) -> Bool {
        withTexts(of: index) { $1.elementsEqual(name) }
    }
}
