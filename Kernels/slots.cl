// Scratch memory that work-items of CPU devices take and give back: as many slots as can run at
// once, each used again and again by whoever runs, so that it stays in a core's cache.
//
// slots [slot_count]: 0 if free. A work-item takes one, works, gives it back; it waits only
// where more run at once than there are slots.

static inline int take_slot(volatile __global int *slots, int slot_count) {
    int slot = 0;
    while (atomic_cmpxchg(slots + slot, 0, 1) != 0) slot = slot + 1 < slot_count ? slot + 1 : 0;
    return slot;
}

static inline void give_slot(volatile __global int *slots, int slot) {
    mem_fence(CLK_GLOBAL_MEM_FENCE);  // what was written to the slot, before its next owner writes
    atomic_xchg(slots + slot, 0);
}
