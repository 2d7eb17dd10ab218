//go:build unix && !linux

package cohort

func adviseHugePages([]byte) {}
