package experiment_test

import (
	"fmt"

	"github.com/amplitude/experiment-go-server/experiment"
)

func ExampleVariant_UnmarshalPayload() {
	variant := experiment.Variant{Key: "blue", Payload: map[string]any{"label": "Buy", "width": 120.0}}
	var button struct {
		Label string
		Width int
	}
	if err := variant.UnmarshalPayload(&button); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(button.Label, button.Width)
	// Output: Buy 120
}

// A function that takes a Lookup works with the Variants of both clients and
// with a local.Subject.
func ExampleLookup() {
	buttonColor := func(flags experiment.Lookup) string {
		if variant, ok := flags.Variant("checkout-button"); ok {
			return variant.Value
		}
		return "gray"
	}

	fetched := experiment.Variants{"checkout-button": {Key: "blue", Value: "blue"}}
	fmt.Println(buttonColor(fetched))
	fmt.Println(buttonColor(experiment.Variants{}))
	// Output:
	// blue
	// gray
}
