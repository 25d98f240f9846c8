"""What tries to break the product: deaths, full disks, rivals, hostile files. `make torture`, in short `make test`."""
