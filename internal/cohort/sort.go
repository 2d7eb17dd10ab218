package cohort

import "slices"

// sortHashes sorts hashes in ascending order, in place. They are spread evenly,
// so three passes over their bytes sort 10 million of them nearly completely.
func sortHashes(hashes []uint64) { sortByByte(hashes, 56) }

// fewHashes is up to how many hashes slices.Sort is faster than a pass.
const fewHashes = 64

// sortByByte sorts hashes that differ only in the byte at this shift and below.
// It puts each hash among those with the same byte, and then sorts these.
func sortByByte(hashes []uint64, shift int) {
	if len(hashes) <= fewHashes || shift < 0 {
		slices.Sort(hashes)
		return
	}
	var next, end [256]int // of each byte: where its next hash goes, where its hashes end
	for _, hash := range hashes {
		end[byte(hash>>shift)]++
	}
	sum := 0
	for b := range end {
		next[b] = sum
		sum += end[b]
		end[b] = sum
	}
	for b := range end {
		for next[b] < end[b] {
			hash := hashes[next[b]]
			for byte(hash>>shift) != byte(b) {
				at := &next[byte(hash>>shift)]
				hash, hashes[*at] = hashes[*at], hash
				*at++
			}
			hashes[next[b]] = hash
			next[b]++
		}
	}
	begin := 0
	for _, e := range end {
		sortByByte(hashes[begin:e], shift-8)
		begin = e
	}
}
