package core

import (
	"runtime"
	"sync/atomic"
)

// minRetiredBytes is how much memory retired plans may hold in any case, so
// that programs with few flags collect no garbage for it. It is also the size
// of the heap at which Go collects for the first time.
const minRetiredBytes = 4 << 20

// retiredBytes is the size of the plans retired since Retired last collected
// garbage, in all clients of the program.
var retiredBytes atomic.Int64

// Retired notes that a plan of this size has been replaced by a plan of size
// inUse, and will be freed once the garbage collector finds it unreachable. It
// collects garbage if the plans retired since the last time hold at least as
// much memory as the plan in use. The caller must not hold on to the replaced
// plan.
//
// See RATIONALE.md, "Why does the updater collect garbage after a swap?".
func Retired(bytes, inUse int) {
	retired := retiredBytes.Add(int64(bytes))
	if retired >= max(minRetiredBytes, int64(inUse)) && retiredBytes.CompareAndSwap(retired, 0) {
		runtime.GC()
	}
}
