package cohort

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
)

// TooLargeError is returned for a cohort with more members than Limit.
type TooLargeError struct {
	Limit int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the cohort has more than %d members", e.Limit)
}

// Decode reads a cohort as the service sends it, an object, up to the end of r.
// It hashes the members with the key, and drops duplicates. Absent fields, and
// those that are null, are zero, except that GroupType is then UserType, as it
// is if it is empty. Unknown fields are skipped. The caller compares the ID
// with the one it asked for.
//
// Decode keeps 64 KiB of the body at a time, and needs hardly more memory than
// the Set, if the body gives the right size before the members. The error is a
// *TooLargeError if there are more members than maxMembers, duplicates
// included. If r fails, the error wraps the error of r, and if the body ends
// too early, io.ErrUnexpectedEOF. Any other error says at which byte of the
// body the mistake is, and does not repeat a member.
func Decode(r io.Reader, key Key, maxMembers int) (*Cohort, error) {
	d := decoder{scanner: newScanner(r), builder: builder{limit: maxMembers}}
	d.k0, d.k1 = key.pair()
	defer func() { d.builder.release() }()
	c, err := d.cohort()
	if err != nil {
		return nil, fmt.Errorf("decoding a cohort: %w", err)
	}
	return c, nil
}

type decoder struct {
	*scanner
	builder    builder
	k0, k1     uint64 // the key
	hasMembers bool
}

func (d *decoder) cohort() (*Cohort, error) {
	c := &Cohort{GroupType: UserType}
	if err := d.object(func(name []byte) error { return d.field(c, name) }); err != nil {
		return nil, err
	}
	if err := d.endOfBody(); err != nil {
		return nil, err
	}
	var err error
	c.Members, err = d.builder.finish()
	return c, err
}

// field reads the value of a field of the body.
func (d *decoder) field(c *Cohort, name []byte) (err error) {
	switch string(name) {
	case "cohortId":
		c.ID, err = d.stringOrNull()
	case "groupType":
		c.GroupType, err = d.stringOrNull()
		c.GroupType = cmp.Or(c.GroupType, UserType)
	case "lastModified":
		c.LastModified, err = d.integerOrNull()
	case "size":
		d.builder.announced, err = d.size()
	case "memberIds":
		err = d.members()
	default:
		err = d.skip(0)
	}
	return err
}

// size reads the number of members. It is 0, which is unknown, unless it is an
// integer: nothing but the use of memory depends on it.
func (d *decoder) size() (int, error) {
	if c, err := d.peek(); err != nil || c != '-' && !isDigit(c) {
		return 0, cmp.Or(err, d.skip(0))
	}
	number, err := d.number()
	if err != nil {
		return 0, err
	}
	size, err := strconv.Atoi(string(number))
	if err != nil {
		return 0, nil
	}
	return size, nil
}

// members reads the list of members.
func (d *decoder) members() error {
	if _, err := d.peek(); err != nil {
		return err
	}
	if d.hasMembers {
		return errorAt(d.offset(), "memberIds is there twice")
	}
	if isNull, err := d.null(); isNull || err != nil {
		return err
	}
	d.hasMembers = true
	return d.array(func() error {
		member, err := d.text()
		if err != nil {
			return err
		}
		d.allowed += maxBytesPerMember
		return d.builder.add(sipHash(d.k0, d.k1, asString(member)))
	})
}
