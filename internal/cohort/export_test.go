package cohort

// SetOf returns the set of these hashes, as if their number had been announced.
func SetOf(announced int, hashes ...uint64) (*Set, error) {
	b := builder{announced: announced, limit: len(hashes)}
	defer func() { b.release() }()
	for _, hash := range hashes {
		if err := b.add(hash); err != nil {
			return nil, err
		}
	}
	return b.finish()
}

// Words returns the memory of the set, which is there as long as the set.
func Words(s *Set) []uint64 { return s.memory }

// Home returns the first slot that an element can be in.
func Home(element, homes uint64) uint64 { return home(element, homes) }
