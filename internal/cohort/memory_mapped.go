//go:build unix

package cohort

import (
	"fmt"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// mappedBytes is how much memory all blocks of the process have mapped.
var mappedBytes atomic.Int64

func mapBlock(n int) (block, error) {
	size := n * wordSize
	mapped, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return block{}, fmt.Errorf("mapping %d bytes: %w", size, err)
	}
	adviseHugePages(mapped)
	mappedBytes.Add(int64(size))
	return block{words: unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(mapped))), n), mapped: mapped}, nil
}

// release frees the block, which nobody may use afterwards. The collector frees
// a block in the heap.
func (b block) release() {
	if b.mapped == nil {
		return
	}
	mappedBytes.Add(-int64(len(b.mapped)))
	_ = syscall.Munmap(b.mapped) // fails only for what was not mapped
}
