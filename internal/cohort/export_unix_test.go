//go:build unix

package cohort

// MappedBytes returns how much memory all sets of the process have mapped.
func MappedBytes() int64 { return mappedBytes.Load() }
