Console.WriteLine("fraud");
