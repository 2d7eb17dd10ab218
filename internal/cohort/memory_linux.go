package cohort

import "syscall"

// adviseHugePages asks for pages of 2 MiB.
func adviseHugePages(mapped []byte) {
	_ = syscall.Madvise(mapped, syscall.MADV_HUGEPAGE) // the kernel may have none
}
